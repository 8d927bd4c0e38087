/** Writes a Brotli and a gzip twin beside every text file of a built site, so that serving it costs no compression. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

const textExtensions = new Set(['.html', '.css', '.js', '.mjs', '.json', '.svg', '.txt', '.xml']);
/** Below this size a twin saves less than a packet. */
const BYTES_MIN = 600;
/** Above this size Brotli's highest quality takes seconds and saves little. */
const BYTES_SLOW = 700_000;

/** Compresses a folder and everything below it. Twins that are newer than their file stay as they are. */
export async function compressFolder(
  folder: string,
): Promise<{ fileCount: number; savedBytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && textExtensions.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
  let fileCount = 0;
  let savedBytes = 0;
  const queue = [...files];
  const work = async (): Promise<void> => {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      const saved = await compressFile(file);
      if (saved === undefined) continue;
      fileCount += 1;
      savedBytes += saved;
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return { fileCount, savedBytes };
}

/** Compresses one file; returns the bytes saved by Brotli, or undefined when the file is small or its twins are fresh. */
async function compressFile(file: string): Promise<number | undefined> {
  const { size, mtimeMs } = await stat(file);
  if (size < BYTES_MIN) return undefined;
  const twin = await stat(`${file}.br`).catch(() => undefined);
  if (twin !== undefined && twin.mtimeMs >= mtimeMs) return undefined;
  const content = await readFile(file);
  const quality = size > BYTES_SLOW ? 9 : 11;
  const [small, smallest] = await Promise.all([
    deflate(content, { level: 9 }),
    brotli(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: quality,
        [constants.BROTLI_PARAM_SIZE_HINT]: size,
      },
    }),
  ]);
  await Promise.all([writeFile(`${file}.gz`, small), writeFile(`${file}.br`, smallest)]);
  return size - smallest.length;
}
