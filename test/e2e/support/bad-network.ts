/**
 * A network that loses, delays and reorders what goes between the browsers and a real LiveKit. The SFU listens
 * on 127.0.0.1 and says that it is at 127.0.0.2, where a relay stands; as it is ICE lite, it looks for no way past it.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { startWorld, type World } from './world.js';

/** Of each datagram, in each direction; what is written here later counts from then on. */
export interface Conditions {
  /** Chance of being lost, 0…1. */
  loss: number;
  /** Milliseconds on the way, from and to: chosen anew for each, so that later ones overtake. */
  delay: readonly [from: number, to: number];
}

export const good = (): Conditions => ({ loss: 0, delay: [0, 0] });

export interface BadNetwork extends World {
  /** Of everybody who connects from now on. */
  conditions: Conditions;
  /** Datagrams that came to the relay, and of these the lost ones. */
  readonly passed: { seen: number; lost: number };
}

const OUTSIDE = '127.0.0.2';
const INSIDE = '127.0.0.1';

export async function startBadNetwork(): Promise<BadNetwork> {
  const outside = createSocket('udp4').bind(0, OUTSIDE);
  await once(outside, 'listening').catch((error: unknown) => {
    throw new Error(`${OUTSIDE} can't be had: ${String(error)}. On macOS: sudo ifconfig lo0 alias ${OUTSIDE}`);
  });
  const { port } = outside.address();
  const rtc = { udp_port: port, tcp_port: 0, node_ip: OUTSIDE, use_ice_lite: true };
  const world = await startWorld({ livekit: { rtc } });
  /** By the browser's address and port: what the SFU takes for that browser. */
  const inside = new Map<string, { readonly socket: Socket; readonly conditions: Conditions }>();
  const timers = new Set<NodeJS.Timeout>();
  const network = { conditions: good(), passed: { seen: 0, lost: 0 } };

  function pass(conditions: Conditions, send: () => void): void {
    const { loss, delay } = conditions;
    network.passed.seen++;
    if (Math.random() < loss) return void network.passed.lost++;
    const [from, to] = delay;
    if (to === 0) return send();
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        send();
      },
      from + Math.random() * (to - from),
    );
    timers.add(timer);
  }

  outside.on('message', (data, browser) => {
    const name = `${browser.address}:${browser.port}`;
    let way = inside.get(name);
    if (!way) {
      const { conditions } = network;
      const socket = createSocket('udp4').bind(0, INSIDE);
      inside.set(name, (way = { socket, conditions }));
      socket.on('message', (answer) => pass(conditions, () => outside.send(answer, browser.port, browser.address)));
    }
    const { socket, conditions } = way;
    pass(conditions, () => socket.send(data, port, INSIDE));
  });

  return Object.assign(network, world, {
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await world.close();
      outside.close();
      for (const { socket } of inside.values()) socket.close();
    },
  });
}
