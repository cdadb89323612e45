/** How Chromium and Firefox name the module that they could not get; others ask for it again by themselves. */
const ADDRESS = /https?:\/\/\S+?\.m?js(?=$|[\s?#'"])/;

/**
 * Loads a module, and can do so after it failed. By the standard a browser remembers for good that an address gave no
 * module (HTML, "fetch a single module script"): what the network lost once would be lost until the page is reloaded. So
 * it is asked for by another address; not where the page pins modules by theirs, which that would go around.
 */
export function askingAgain<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let lost: string | undefined;
  let times = 0;
  let loading: Promise<Module> | undefined;
  const attempt = async (): Promise<Module> => {
    try {
      const again = lost && !pinned() ? `${lost}?again=${++times}` : undefined;
      return await (again ? (import(/* @vite-ignore */ /* webpackIgnore: true */ again) as Promise<Module>) : load());
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
