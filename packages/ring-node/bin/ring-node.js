#!/usr/bin/env node
import '../dist/bundle/node/main.js';
