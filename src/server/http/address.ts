/** What a server hands to a handler beside the request. `@hono/node-server` puts Node's request here. */
export interface RequestEnvironment {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string | undefined } };
}

/**
 * The address a request is counted under: an IPv4 address, or the /64 of an IPv6 address, since one customer has a
 * whole /64. `proxies` is how many proxies of the operator's own stand in front and append to `X-Forwarded-For`;
 * entries further left are whatever the client wrote.
 */
export function clientAddress(request: Request, environment: RequestEnvironment | undefined, proxies: number): string {
  const direct = environment?.incoming?.socket?.remoteAddress;
  if (proxies === 0) return network(direct ?? '');
  const chain = (request.headers.get('x-forwarded-for') ?? '').split(',').map((part) => part.trim());
  return network(chain[chain.length - proxies] ?? direct ?? '');
}

function network(address: string): string {
  const plain = address
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .toLowerCase();
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(plain);
  if (mapped) return mapped[1] as string;
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain)) return plain;
  if (!/^[0-9a-f:.]{2,45}$/.test(plain) || !plain.includes(':')) return 'unknown';
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined
      ? before
      : [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
