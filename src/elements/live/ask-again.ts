import type { Tags } from '../parts.js';

type Module = Promise<{ readonly tags: Tags }>;

/** How Chromium and Firefox name the module that they could not get; others ask for it again by themselves. */
const ADDRESS = /https?:\/\/\S+?\.m?js(?=$|[\s?#'"])/;

/**
 * Loads a module, and can do so after it failed. By the standard a browser remembers for good that an address gave no
 * module (HTML, "fetch a single module script"): what the network lost once would be lost until the page is reloaded. So
 * it is asked for by another address; not where the page pins modules by theirs, which that would go around.
 */
export function askingAgain(load: () => Module): () => Promise<Tags> {
  let lost: string | undefined;
  let times = 0;
  let loading: Promise<Tags> | undefined;
  const attempt = async (): Promise<Tags> => {
    try {
      const again = lost && !pinned() ? `${lost}?again=${++times}` : undefined;
      const module = again ? (import(/* @vite-ignore */ /* webpackIgnore: true */ again) as Module) : load();
      return (await module).tags;
    } catch (error) {
      lost ??= ADDRESS.exec(String(error))?.[0];
      throw error;
    } finally {
      loading = undefined;
    }
  };
  return () => (loading ??= attempt());
}

const pinned = (): boolean =>
  [...document.querySelectorAll('script[type=importmap]')].some((map) => map.textContent.includes('"integrity"'));
