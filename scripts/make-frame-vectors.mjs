/**
 * Writes test/vectors/secure-meeting/frames.json. This is a second implementation of docs/protocol.md, section 2, written
 * from that text with node:crypto and nothing of `src/`, so that the tests compare two readings of it.
 */
import { createCipheriv, createHash, hkdfSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const STREAMS = ['camera', 'microphone', 'screen', 'screen-audio'];

/** Shortest big-endian form. */
function bytesOf(value) {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}

function header(kid, ctr) {
  const [k, c] = [kid, ctr].map((value) => (value < 8 ? Buffer.alloc(0) : bytesOf(value)));
  const high = k.length ? 8 + k.length - 1 : kid;
  const low = c.length ? 8 + c.length - 1 : ctr;
  return Buffer.concat([Buffer.from([(high << 4) | low]), k, c]);
}

function label(identity, binding, stream) {
  const name = Buffer.from(identity);
  const length = Buffer.from([name.length >> 8, name.length & 255]);
  const content = Buffer.concat([length, name, binding, Buffer.from([stream])]);
  return createHash('sha256').update('sm/1 stream\0').update(content).digest();
}

function schedule(base, kid) {
  const tail = Buffer.alloc(10);
  tail.writeBigUInt64BE(BigInt(kid));
  tail.writeUInt16BE(5, 8);
  const expand = (text, length) =>
    Buffer.from(hkdfSync('sha512', base, '', Buffer.concat([Buffer.from(text), tail]), length));
  return { key: expand('SFrame 1.0 Secret key ', 32), salt: expand('SFrame 1.0 Secret salt ', 12) };
}

function escape(prefix, sealed) {
  const out = [...prefix];
  let zeros = 0;
  for (const byte of prefix) zeros = byte === 0 ? zeros + 1 : 0;
  for (const byte of sealed) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3);
      zeros = 0;
    }
    out.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  if (zeros >= 2) out.push(3);
  return Buffer.from(out);
}

function vector(name, codec, { identity, stream, epoch, ctr, base, binding, plain, prefix, normalised }) {
  const kid = epoch * 4 + STREAMS.indexOf(stream);
  const tag = label(identity, binding, STREAMS.indexOf(stream));
  const { key, salt } = schedule(base, kid);
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(ctr), 4);
  for (let i = 0; i < 12; i++) nonce[i] ^= salt[i];
  const head = header(kid, ctr);
  const whole = normalised ?? plain;
  const clear = whole.subarray(0, prefix);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.concat([head, clear, tag]));
  const sealed = Buffer.concat([head, cipher.update(whole.subarray(prefix)), cipher.final(), cipher.getAuthTag()]);
  const frame = codec === 'h264' ? escape(clear, sealed) : Buffer.concat([clear, sealed]);
  const hex = (bytes) => Buffer.from(bytes).toString('hex');
  return {
    name,
    codec,
    identity,
    binding: hex(binding),
    stream,
    epoch,
    ctr,
    baseKey: hex(base),
    label: hex(tag),
    key: hex(key),
    salt: hex(salt),
    header: hex(head),
    plain: hex(plain),
    ...(normalised && { opened: hex(normalised) }),
    frame: hex(frame),
  };
}

const fill = (length, start) => Buffer.from(Array.from({ length }, (_, i) => (start + 7 * i) & 255));
const alice = { identity: 'alice', binding: fill(32, 1), base: fill(32, 100) };
const zoe = { identity: 'Zoë 🎥', binding: fill(32, 50), base: fill(32, 200) };
const vp8Key = Buffer.concat([Buffer.from('107c009d012a80026801', 'hex'), fill(50, 3)]);
const vp8Delta = Buffer.concat([Buffer.from('31', 'hex'), fill(30, 9)]);
const units = (code) =>
  Buffer.concat([
    Buffer.from(`${code}6742c01f${code}68ce3c80${code}65b8`, 'hex'),
    Buffer.from('000400'.repeat(3), 'hex'),
    Buffer.from(`${code}6588`, 'hex'),
    fill(20, 0),
  ]);
const long = units('00000001');
/** Only the clear part is normalised: the second slice's start code is sealed as it is. */
const short = units('000001');
const clearShort = 3 * 3 + 4 + 4 + 2;
const mixed = Buffer.concat([long.subarray(0, clearShort + 3), short.subarray(clearShort)]);

/** The first counter from which the sealed part of an all-zero slice holds a byte pair that has to be escaped. */
function escaped() {
  for (let ctr = 0; ; ctr++) {
    const made = vector('H.264 whose sealed part needs emulation prevention', 'h264', {
      ...alice,
      stream: 'screen',
      epoch: 3,
      ctr,
      plain: Buffer.concat([Buffer.from('0000000161e0', 'hex'), Buffer.alloc(400)]),
      prefix: 6,
    });
    if (made.frame.length > made.plain.length + made.header.length + 32) return made;
  }
}

const vectors = [
  vector('VP8 key frame', 'vp8', { ...alice, stream: 'camera', epoch: 1, ctr: 0, plain: vp8Key, prefix: 10 }),
  vector('VP8 delta frame', 'vp8', { ...alice, stream: 'camera', epoch: 1, ctr: 300, plain: vp8Delta, prefix: 1 }),
  vector('VP8 delta frame of one byte', 'vp8', {
    ...alice,
    stream: 'screen',
    epoch: 1,
    ctr: 7,
    plain: vp8Delta.subarray(0, 1),
    prefix: 1,
  }),
  vector('VP9', 'vp9', { ...zoe, stream: 'screen', epoch: 16_383, ctr: 65_535, plain: fill(64, 130), prefix: 0 }),
  vector('Opus, first epoch, everything in one header byte', 'opus', {
    ...alice,
    stream: 'microphone',
    epoch: 0,
    ctr: 0,
    plain: fill(40, 252),
    prefix: 0,
  }),
  vector('Opus, epoch of 30 bits', 'opus', {
    ...zoe,
    stream: 'screen-audio',
    epoch: 2 ** 30 - 1,
    ctr: 8,
    plain: fill(3, 120),
    prefix: 0,
  }),
  vector('largest epoch and counter', 'vp9', {
    ...alice,
    stream: 'screen',
    epoch: 2 ** 32 - 1,
    ctr: 2 ** 32 - 1,
    plain: fill(20, 7),
    prefix: 0,
  }),
  vector('H.264 with parameter sets and two slices', 'h264', {
    ...alice,
    stream: 'camera',
    epoch: 2,
    ctr: 1,
    plain: long,
    prefix: clearShort + 3,
  }),
  vector('H.264 with start codes of three bytes', 'h264', {
    ...alice,
    stream: 'camera',
    epoch: 2,
    ctr: 2,
    plain: short,
    normalised: mixed,
    prefix: clearShort + 3,
  }),
  escaped(),
];
const root = fileURLToPath(new URL('..', import.meta.url));
await writeFile(`${root}test/vectors/secure-meeting/frames.json`, `${JSON.stringify({ frames: vectors }, null, 2)}\n`);
