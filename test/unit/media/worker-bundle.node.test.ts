import { expect } from 'chai';
import { build } from 'esbuild';
import { brotliCompressSync } from 'node:zlib';
import { runInNewContext } from 'node:vm';

async function bundle(format: 'esm' | 'iife'): Promise<{ text: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: ['src/media/worker.ts'],
    bundle: true,
    minify: true,
    format,
    target: 'es2022',
    write: false,
    metafile: true,
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return {
    text: outputFiles[0]?.text ?? '',
    inputs: used.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file),
  };
}

describe('media: the worker file', () => {
  it('is one file of at most 10 KB, of our own code alone', async () => {
    for (const format of ['esm', 'iife'] as const) {
      const { text, inputs } = await bundle(format);
      expect(brotliCompressSync(text).length).to.be.at.most(10 * 1024);
      expect(inputs.filter((file) => file.includes('node_modules'))).to.deep.equal([]);
      expect(text).to.not.match(/\bimport\s*[("']|\bexport\s*[{*]|importScripts|\beval\(|new Function/);
    }
  });

  it('runs as a classic script: says hello and answers', async () => {
    const { text } = await bundle('iife');
    const posted: unknown[] = [];
    const listeners = new Map<string, (event: unknown) => void>();
    const scope = {
      TextEncoder,
      TextDecoder,
      performance,
      crypto,
      CryptoKey,
      ReadableStream,
      WritableStream,
      setTimeout,
      postMessage: (message: unknown) => posted.push(message),
      addEventListener: (type: string, listener: (event: unknown) => void) => listeners.set(type, listener),
    };
    runInNewContext(text, scope);
    expect(posted).to.have.length(1);
    expect(posted[0]).to.include({ type: 'hello' });
    expect([...listeners.keys()]).to.include.members(['message', 'rtctransform', 'unhandledrejection']);
    listeners.get('message')?.({ data: { type: 'call', call: 4, verb: 'ping' } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(posted[1]).to.include({ type: 'done', call: 4 });
  });
});
