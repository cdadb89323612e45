/** Lists screens and designs from their data, so that the gallery and the tests know the same ones. */
async function list(file, key, folder) {
  const { [key]: pages } = await (await fetch(file)).json();
  document.querySelector(`#${key}`).append(
    ...pages.map(({ name, title }) => {
      const link = document.createElement('a');
      link.href = `${folder}/${name}.html`;
      link.textContent = title;
      const item = document.createElement('li');
      item.append(link);
      return item;
    }),
  );
}
await Promise.all([list('screens.json', 'screens', 'screens'), list('designs.json', 'designs', 'designs')]);
