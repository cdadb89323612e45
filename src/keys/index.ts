/** Keys room: the key-provider contract. Each built-in provider is a folder beside it, loaded when it is used. */
export * from './key-provider.js';
