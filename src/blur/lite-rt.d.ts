/** LiteRT's WebAssembly as its loader gives it: the part that is used here. The build adds the loader's default export. */
declare module '@litertjs/core/wasm/litert_wasm_compat_internal.js' {
  interface Deletable {
    delete(): void;
  }
  interface Buffer extends Deletable {
    /** The address of its bytes in the heap, until `unlock`. */
    lock(mode: unknown): number;
    unlock(): void;
    packedSize(): number;
  }
  interface Type extends Deletable {
    bytes(): number;
  }
  interface Model extends Deletable {
    getInputTensorType(signature: number, index: number): Type;
  }
  interface CompiledModel extends Deletable {
    run(signature: number, inputs: readonly Buffer[]): Promise<Buffer[]>;
  }
  type Environment = Deletable;
  export interface LiteRt {
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    readonly LiteRtEnvironment: { create(gpu: null): Environment };
    readonly LiteRtTensorBufferType: { readonly HOST_MEMORY: unknown };
    readonly LiteRtTensorBufferLockMode: { readonly READ: unknown; readonly WRITE: unknown };
    readonly LiteRtTensorBuffer: {
      createManaged(environment: Environment, kind: unknown, type: Type, bytes: number): Buffer;
    };
    _malloc(bytes: number): number;
    loadModel(environment: Environment, address: number, bytes: number): Model;
    compileModel(environment: Environment, model: Model, options: object): Promise<CompiledModel>;
  }
  export type { Buffer, CompiledModel };
  const load: (options: {
    locateFile(file: string): string;
    print(line: string): void;
    printErr(line: string): void;
  }) => Promise<LiteRt>;
  export default load;
}
