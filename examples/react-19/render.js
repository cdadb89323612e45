/** As a server does for each request: writes the page with the application rendered into it, `dist/rendered.html`. */
import { readFile, writeFile } from 'node:fs/promises';
import { render } from './dist-server/server.js';

const page = await readFile('dist/index.html', 'utf8');
await writeFile('dist/rendered.html', page.replace('<!--rendered-->', render()));
