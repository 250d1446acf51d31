import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';

const run = promisify(execFile);

const IMAGE_BYTES = 512 * 1024 * 1024;
/** Holds the room that others take. */
const FILLER = 'filler';

export const fileSystems = ['ext4', 'xfs'] as const;
export type FileSystem = (typeof fileSystems)[number];

/**
 * The ioctl GOINGDOWN with NOLOGFLUSH (Linux, fs/xfs/xfs_fs.h and fs/ext4/ext4.h; the same number in both): from this moment on nothing that is still
 * in memory reaches the image, neither data nor journal. What was synced is there at the next mount; what was not is gone, as after a power cut.
 */
const shutdown = `
  sysopen(my $disk, $ARGV[0], 0) or die "$ARGV[0]: $!";
  my $withoutFlush = pack("I", 2);
  defined ioctl($disk, 0x8004587d, $withoutFlush) or die "shutdown: $!";
`;

/** A file system of its own, in a file. Its power can be cut. */
export class TestDisk {
  readonly #image: string;

  constructor(
    image: string,
    /** Where it is mounted. */
    readonly folder: string,
  ) {
    this.#image = image;
  }

  async mount(): Promise<void> {
    await run('mount', ['-o', 'loop', this.#image, this.folder]);
  }

  /** Files may still be open in a process that is about to end: the mount goes when the last one is closed. */
  async unmount(): Promise<void> {
    await run('umount', [this.folder]);
  }

  /** Fills it, as others might: to the last byte, or but for so many. */
  async fill(but = 0): Promise<void> {
    const { bfree, bavail, bsize } = await statfs(this.folder);
    const forRoot = bfree - bavail;
    const file = await open(join(this.folder, FILLER), 'a');
    try {
      for (let length = 8 * 1024 * 1024; length > 0; ) {
        try {
          await file.write(Buffer.alloc(length, 1));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          length >>= 1;
        }
      }
      await file.sync();
      // What the file system keeps for root was taken as well.
      if (but > 0) await file.truncate((await file.stat()).size - but - (forRoot - (await statfs(this.folder)).bfree) * bsize);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async unfill(): Promise<void> {
    await rm(join(this.folder, FILLER));
  }

  /** The file system takes nothing any more, as after an error of the disk: it is read-only until it is mounted anew. */
  async abort(): Promise<void> {
    await run('mount', ['-o', 'remount,abort', this.folder]);
  }

  async mountReadOnly(): Promise<void> {
    await run('mount', ['-o', 'loop,ro', this.#image, this.folder]);
  }

  /** What is mounted becomes read-only, or writable again. */
  async remount(how: 'ro' | 'rw'): Promise<void> {
    await run('mount', ['-o', `remount,${how}`, this.folder]);
  }

  async cutPower(): Promise<void> {
    await run('perl', ['-e', shutdown, this.folder]);
  }
}

/** A fresh disk, mounted; it goes with the test. */
export async function aDisk(t: ExecutionContext, bytes = IMAGE_BYTES, fileSystem: FileSystem = 'ext4'): Promise<TestDisk> {
  const { disk, remove } = await makeDisk(bytes, fileSystem);
  t.teardown(remove);
  return disk;
}

/** Why the power of a disk cannot be cut here; undefined where it can. */
export async function whyNoDisk(fileSystem: FileSystem = 'ext4'): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'it takes root to mount a file system';
  try {
    const { disk, remove } = await makeDisk(IMAGE_BYTES, fileSystem);
    try {
      await disk.cutPower();
    } finally {
      await remove();
    }
    return undefined;
  } catch (error) {
    return (error as Error).message.replaceAll('\n', ' ').trim();
  }
}

async function makeDisk(bytes: number, fileSystem: FileSystem): Promise<{ disk: TestDisk; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'coring-disk-'));
  const [image, mounted] = [join(folder, 'image'), join(folder, 'mounted')];
  const disk = new TestDisk(image, mounted);
  const remove = async (): Promise<void> => {
    // Not mounted, perhaps: a test may have ended between a cut and the next mount.
    await disk.unmount().catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFile(image, '');
    await truncate(image, bytes);
    await run(`mkfs.${fileSystem}`, ['-q', image]);
    await mkdir(mounted);
    await disk.mount();
  } catch (error) {
    await remove();
    throw error;
  }
  return { disk, remove };
}
