import { Hono, type Context } from 'hono';
import { toHex } from '../../base/index.js';
import { describeError } from '../observe/log.js';
import type { Call, Services } from '../services.js';
import { DatabaseUnavailable } from '../storage/database.js';
import { clientAddress, type RequestEnvironment } from './address.js';
import { readJson } from './body.js';
import { ApiError, type ApiCode } from './errors.js';
import { Throttle } from './throttle.js';

/** One route. `handle` gets a body only with `POST`; what it returns becomes JSON unless it is a `Response`. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Hono's path syntax. */
  readonly path: string;
  /** Longest body in bytes. */
  readonly limit?: number;
  /** The handler reads the body itself: it is no JSON, or signed as it stands. */
  readonly raw?: boolean;
  /** Called by other servers, not by browsers: an `Origin` is refused, and addresses aren't throttled. */
  readonly internal?: boolean;
  readonly status?: 200 | 201 | 202;
  handle(call: Call, body: unknown, parameters: Readonly<Record<string, string>>): Promise<unknown>;
}

/** Whatever a client may send reaches our own answer about methods. */
const ALL_METHODS = 'ALL';

type Env = { Bindings: RequestEnvironment };

/** Everything that is the same for all routes: see `docs/asvs.md`. */
export function createApp(services: Services, routes: readonly Route[]): Hono<Env> {
  const { options, log, metrics } = services;
  const origins = new Set(options.origins);
  const throttle = new Throttle(options.requestsPerMinute ?? 300);
  const app = new Hono<Env>({ strict: true });

  const answer = async (
    context: Context<Env>,
    route: Route | undefined,
    run: (call: Call) => Promise<Response>,
  ): Promise<Response> => {
    const started = performance.now();
    const id = toHex(crypto.getRandomValues(new Uint8Array(8)));
    const request = context.req.raw;
    const origin = request.headers.get('origin');
    let response: Response;
    let code: ApiCode | undefined;
    try {
      const address = clientAddress(request, context.env, options.proxies ?? 0);
      const wait = route?.internal ? undefined : throttle.use(address, Date.now());
      if (wait !== undefined) throw new ApiError('rate-limited', { retryAfter: wait });
      if (origin !== null && (route?.internal || !origins.has(origin))) throw new ApiError('origin-not-allowed');
      response = await run({ request, address, id });
    } catch (thrown) {
      const error = toApiError(thrown);
      code = error.code;
      if (error.status >= 500)
        log({
          level: 'error',
          event: error.code,
          request: id,
          error: describeError(thrown),
          ...(route && { route: route.path }),
        });
      response = Response.json(error, { status: error.status });
      // RFC 9110, section 15.5.6
      if (route && error.code === 'method-not-allowed') response.headers.set('allow', allowed(route));
      if (error.retryAfter !== undefined) response.headers.set('retry-after', String(error.retryAfter));
    }
    finish(response.headers, id, origin !== null && origins.has(origin) ? origin : undefined);
    const ms = performance.now() - started;
    const labels = { route: route?.path ?? 'none', status: String(response.status) };
    metrics.count('secure_meeting_requests_total', 'Requests answered.', { ...labels, code: code ?? '' });
    metrics.duration({ route: labels.route }, ms / 1000);
    log({
      level: 'info',
      event: 'request',
      request: id,
      method: request.method.slice(0, 10),
      route: labels.route,
      status: response.status,
      ms: Math.round(ms * 10) / 10,
      ...(code && { code }),
    });
    return response;
  };

  // Mounted under a path of the site, the issuer's: with it and, behind a proxy that strips it, without it.
  const base = new URL(options.issuer).pathname.replace(/\/$/, '');
  for (const route of routes)
    app.on(ALL_METHODS, [...new Set([route.path, base + route.path])], (context) =>
      answer(context, route, async (call) => {
        const { method } = call.request;
        if (method === 'OPTIONS') return preflight(route);
        if (method !== route.method && !(method === 'HEAD' && route.method === 'GET'))
          throw new ApiError('method-not-allowed');
        const body =
          route.method === 'POST' && !route.raw ? await readJson(call.request, route.limit ?? 4096) : undefined;
        const result = await route.handle(call, body, context.req.param());
        return result instanceof Response ? result : Response.json(result, { status: route.status ?? 200 });
      }),
    );
  app.notFound((context) => answer(context, undefined, () => Promise.reject(new ApiError('not-found'))));
  return app;
}

function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof DatabaseUnavailable) return new ApiError('unavailable', { retryAfter: 5, cause: thrown });
  return new ApiError('internal', { cause: thrown });
}

function allowed({ method }: Route): string {
  return method === 'GET' ? 'GET, HEAD, OPTIONS' : `${method}, OPTIONS`;
}

function preflight(route: Route): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': route.method,
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
    },
  });
}

/** Answers are for one caller, are data, and show nothing to other origins. */
function finish(headers: Headers, id: string, origin: string | undefined): void {
  headers.set('x-request-id', id);
  headers.set('cache-control', 'no-store');
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  headers.append('vary', 'Origin');
  if (origin === undefined) return;
  headers.set('access-control-allow-origin', origin);
  headers.set('access-control-allow-credentials', 'true');
  headers.set('access-control-expose-headers', 'Retry-After, X-Request-Id');
}
