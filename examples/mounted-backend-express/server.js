/** The backend inside an Express application. Run: npm install express secure-meeting …, node server.js */
import express from 'express';
import { getRequestListener } from '@hono/node-server';
import { createDevelopmentServer } from 'secure-meeting/server';

// For a site of your own: `createServer` with your database, keys, `authenticate` and `policy`.
const meeting = await createDevelopmentServer({ issuer: 'http://localhost:8080/meeting' });

const app = express();
// Before `express.json()` and its like: the backend reads, bounds and checks bodies itself.
app.use(
  '/meeting',
  getRequestListener((request, environment) => meeting.fetch(request, environment)),
);
app.get('/', (_request, response) => response.send('The site itself.'));

const http = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${http.address().port}/`),
);
process.once('SIGTERM', () => http.close(() => void meeting.close()));
