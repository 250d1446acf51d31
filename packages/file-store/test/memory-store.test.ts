import test from 'ava';
import { memoryStore } from '../src/index.js';
import { storeContract } from './contract.js';

storeContract(test, 'memory store', async () => memoryStore());
