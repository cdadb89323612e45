/** The address of a module, bundled as a worker by the tests' bundler. */
declare module 'worker:*' {
  const address: string;
  export default address;
}
