/**
 * What containers and terminals run, where it comes with a part: each seam is asked when a program of it starts, or when
 * an image that has it is unpacked.
 */
import type { Process } from '../engine/process.ts';
import { Seam } from '../part.ts';
import type { ImageDeclaration } from './image-declaration.ts';
import type { OsProcess, Program } from './os-process.ts';

/** The image nginx: its program by the version of its tag, and its files. */
export interface NginxImage {
  /** The program of the official image. */
  program(version: string): Program;
  /** The program of Debian's package, with answers for paths of its own configuration. */
  debianProgram(version: string, answers?: Readonly<Record<string, string>>): Program;
  readonly files: Readonly<Record<string, string>>;
}

/** Programs by name. */
export type Tools = Readonly<Record<string, Program>>;

export const agnhostSeam = new Seam<Program>('agnhost');
export const nginxSeam = new Seam<NginxImage>('nginx');
export const haproxySeam = new Seam<Program>('haproxy');
export const plainServerSeam = new Seam<(declaration: Omit<ImageDeclaration, 'name'>) => Program>(
  'servers',
);

/** `sh -c`, `bash FILE`: a shell under whatever name. */
export const shellSeam = new Seam<(process: OsProcess) => Process<number>>('shell');
/** Commands that a shell has built in, as programs of their own. */
export const shellToolsSeam = new Seam<Tools>('shell');
export const fileToolsSeam = new Seam<Tools>('tools-files');
export const networkToolsSeam = new Seam<Tools>('tools-network');
export const textToolsSeam = new Seam<Tools>('tools-text');
