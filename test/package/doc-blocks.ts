import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from './packed.js';

/** A block of code in the documentation. */
export interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The pages of the documentation, from the checkout's root. */
export async function docFiles(): Promise<readonly string[]> {
  const inFolder = async (folder: string): Promise<string[]> =>
    (await readdir(path.join(root, folder)))
      .filter((file) => file.endsWith('.md'))
      .map((file) => path.join(folder, file));
  return [...(await inFolder('.')), ...(await inFolder('docs')), ...(await inFolder('docs/decisions'))].sort();
}

export async function docBlocks(): Promise<readonly Block[]> {
  const blocks: Block[] = [];
  for (const file of await docFiles()) {
    const lines = (await readFile(path.join(root, file), 'utf8')).split('\n');
    for (let index = 0; index < lines.length; index++) {
      const [, language] = /^```(\S*)$/.exec(lines[index] as string) ?? [];
      if (language === undefined) continue;
      const end = lines.indexOf('```', index + 1);
      if (end < 0) throw new Error(`${file}:${index + 1}: a block of code without an end`);
      blocks.push({ file, line: index + 1, language, code: `${lines.slice(index + 1, end).join('\n')}\n` });
      index = end;
    }
  }
  return blocks;
}

export const at = ({ file, line }: Block): string => `${file}:${line}`;
