import loadLiteRt, {
  type Buffer,
  type CompiledModel,
  type LiteRt,
} from '@litertjs/core/wasm/litert_wasm_compat_internal.js';
import type { Parts } from './messages.js';
import { HEIGHT, WIDTH } from './size.js';

const quiet = (): void => undefined;

/** Tells a person from what is behind them, by the model "selfie segmentation, landscape" on the CPU. */
export class Segmenter {
  readonly #runtime: LiteRt;
  readonly #model: CompiledModel;
  readonly #input: Buffer;
  readonly #person = new Float32Array(WIDTH * HEIGHT);

  private constructor(runtime: LiteRt, model: CompiledModel, input: Buffer) {
    this.#runtime = runtime;
    this.#model = model;
    this.#input = input;
  }

  /** @throws Error when a file is missing, or a policy forbids WebAssembly. */
  static async load(parts: Parts): Promise<Segmenter> {
    const [runtime, bytes] = await Promise.all([
      loadLiteRt({ locateFile: () => parts.runtime, print: quiet, printErr: quiet }),
      read(parts.model),
    ]);
    const environment = runtime.LiteRtEnvironment.create(null);
    // The model stays where it is put: it is read from there at every run.
    const address = runtime._malloc(bytes.length);
    runtime.HEAPU8.set(bytes, address);
    const model = runtime.loadModel(environment, address, bytes.length);
    const compiled = await runtime.compileModel(environment, model, {
      environment: { liteRtEnvironment: environment },
      accelerator: 'wasm',
      cpuOptions: { numThreads: 1 },
      gpuOptions: {},
      webNNOptions: {},
    });
    const type = model.getInputTensorType(0, 0);
    if (type.bytes() !== WIDTH * HEIGHT * 3 * Float32Array.BYTES_PER_ELEMENT) throw new Error('another model');
    const { HOST_MEMORY } = runtime.LiteRtTensorBufferType;
    const input = runtime.LiteRtTensorBuffer.createManaged(environment, HOST_MEMORY, type, type.bytes());
    return new Segmenter(runtime, compiled, input);
  }

  /**
   * How sure it is that each pixel is a person, 0…1, row by row; overwritten by the next call.
   * @param pixels RGBA of {@link WIDTH} × {@link HEIGHT} pixels
   */
  async segment(pixels: Uint8ClampedArray): Promise<Float32Array> {
    const { READ, WRITE } = this.#runtime.LiteRtTensorBufferLockMode;
    // The heap is looked up each time: it is another array after it grew.
    const rgb = this.#floats(this.#input.lock(WRITE), WIDTH * HEIGHT * 3);
    for (let from = 0, to = 0; to < rgb.length; from += 4) {
      rgb[to++] = (pixels[from] as number) / 255;
      rgb[to++] = (pixels[from + 1] as number) / 255;
      rgb[to++] = (pixels[from + 2] as number) / 255;
    }
    this.#input.unlock();
    const outputs = await this.#model.run(0, [this.#input]);
    const [output] = outputs;
    if (!output) throw new Error('no answer');
    this.#person.set(this.#floats(output.lock(READ), WIDTH * HEIGHT));
    output.unlock();
    for (const each of outputs) each.delete();
    return this.#person;
  }

  #floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#runtime.HEAPU8.buffer, address, count);
  }
}

async function read(address: string): Promise<Uint8Array> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} for the model`);
  return new Uint8Array(await response.arrayBuffer());
}
