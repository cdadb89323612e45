/** Lists the examples from their data, so that the gallery and the tests know the same ones. */
const json = async (file) => (await fetch(file)).json();

function list(id, pages, addressOf) {
  document.querySelector(`#${id}`).append(
    ...pages.map(({ name, title, about }) => {
      const item = document.createElement('li');
      item.append(linkTo(addressOf(name), title), about ? `: ${about}` : '');
      return item;
    }),
  );
}

function linkTo(address, title) {
  const link = document.createElement('a');
  link.href = address;
  link.textContent = title;
  return link;
}

const [{ examples, frameworks, backends }, { screens }, { designs }] = await Promise.all(
  ['examples.json', 'screens.json', 'designs.json'].map(json),
);
list('examples', examples, (name) => `${name}/`);
list('frameworks', frameworks, (name) => `${name}/`);
list('backends', backends, (name) => `${name}/server.js`);
list('designs', designs, (name) => `designs/${name}.html`);
list('screens', screens, (name) => `screens/${name}.html`);

// Those of frameworks are there once they were built.
for (const link of document.querySelectorAll('#frameworks a')) {
  const { ok } = await fetch(link.href, { method: 'HEAD' });
  if (!ok) link.replaceWith(link.textContent, ' (not built yet)');
}
