/** Lists the screens from their data, so that the gallery and the tests know the same ones. */
const { screens } = await (await fetch('screens.json')).json();
document.querySelector('#screens').append(
  ...screens.map(({ name, title }) => {
    const link = document.createElement('a');
    link.href = `screens/${name}.html`;
    link.textContent = title;
    const item = document.createElement('li');
    item.append(link);
    return item;
  }),
);
