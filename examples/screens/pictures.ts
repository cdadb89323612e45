/** Drawn stand-ins for what cameras and screens would show: flat, faceless, ours. */

interface Look {
  readonly wall: readonly [string, string];
  readonly skin: string;
  readonly hair: string;
  readonly top: string;
  readonly style: 'long' | 'crop' | 'curls' | 'beard' | 'glasses';
}

const LOOKS: Record<string, Look> = {
  ana: { wall: ['#b3a08a', '#8a6f58'], skin: '#d9b496', hair: '#3c271f', top: '#17605f', style: 'long' },
  ben: { wall: ['#6f7f8e', '#3f4d63'], skin: '#7a5440', hair: '#1d1512', top: '#c99a3a', style: 'crop' },
  mira: { wall: ['#7d9e87', '#41674f'], skin: '#c79a7a', hair: '#6a2a1a', top: '#efe9e2', style: 'curls' },
  yusuf: { wall: ['#6f6d83', '#3d3c52'], skin: '#b98f6d', hair: '#3a3631', top: '#1d3357', style: 'beard' },
  me: { wall: ['#a9837a', '#7a534a'], skin: '#e0bd9f', hair: '#ad8d55', top: '#5a7d58', style: 'glasses' },
};

const HAIR: Record<Look['style'], (colour: string) => string> = {
  long: (c) => `<path fill="${c}" d="M228 320c-14-150 18-206 92-206s106 56 92 206h-40V214h-104v106z"/>`,
  crop: (c) => `<path fill="${c}" d="M250 204c-6-66 26-96 70-96s76 30 70 96c-10-40-30-56-70-56s-60 16-70 56z"/>`,
  curls: (c) =>
    [
      [262, 150],
      [292, 116],
      [336, 108],
      [380, 136],
      [398, 184],
      [244, 196],
      [250, 240],
      [394, 232],
    ]
      .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="36" fill="${c}"/>`)
      .join(''),
  beard: (c) =>
    `<path fill="${c}" d="M250 204c-6-66 26-96 70-96s76 30 70 96c-10-40-30-56-70-56s-60 16-70 56z"/><path fill="${c}" d="M252 232c20 26 44 10 68 10s48 16 68-10c4 56-24 90-68 90s-72-34-68-90z"/>`,
  glasses: (c) =>
    `<path fill="${c}" d="M250 204c-10-70 26-100 70-100s80 30 70 100c-8-30-18-44-32-52-34 8-66 6-86-4-12 12-18 30-22 56z"/><g fill="none" stroke="#20242c" stroke-width="6"><rect x="264" y="196" width="48" height="36" rx="14"/><rect x="328" y="196" width="48" height="36" rx="14"/><path d="M312 210c5-4 11-4 16 0"/></g>`,
};

function portrait({ wall, skin, hair, top, style }: Look): string {
  const back = style === 'long' || style === 'curls' ? HAIR[style](hair) : '';
  const front =
    style === 'long'
      ? `<path fill="${hair}" d="M250 206c0-60 28-92 70-92s72 32 70 92c-30-6-50-20-62-46-16 26-42 40-78 46z"/>`
      : style === 'curls'
        ? ''
        : HAIR[style](hair);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="640" height="480"><defs><linearGradient id="w" x2="1" y2="1"><stop stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></linearGradient></defs><rect width="640" height="480" fill="url(#w)"/><rect x="36" y="40" width="120" height="170" fill="#fff" opacity=".28"/><rect x="470" y="150" width="140" height="9" fill="#000" opacity=".35"/>${back}<path fill="${skin}" d="M284 268h72v90c0 34-72 34-72 0z"/><path fill="${top}" d="M92 500c6-96 84-134 170-150 20 34 96 34 116 0 86 16 164 54 170 150z"/><path fill="${skin}" d="M252 206c0-58 28-86 68-86s68 28 68 86c0 62-28 106-68 106s-68-44-68-106z"/>${front}</svg>`;
}

const DOCUMENT = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 600" width="960" height="600"><rect width="960" height="600" fill="#fff"/><rect x="64" y="60" width="330" height="26" rx="3" fill="#1d2430"/><rect x="64" y="104" width="220" height="11" rx="2" fill="#8b93a1"/><g stroke="#e3e6eb"><path d="M64 470h560M64 400h560M64 330h560M64 260h560M64 190h560"/></g><g fill="#c9cfd9"><rect x="90" y="380" width="44" height="90"/><rect x="182" y="352" width="44" height="118"/><rect x="274" y="362" width="44" height="108"/><rect x="366" y="300" width="44" height="170"/></g><g fill="#3f63c9"><rect x="458" y="256" width="44" height="214"/><rect x="550" y="212" width="44" height="258"/></g><g fill="#4b5463"><rect x="688" y="196" width="208" height="11" rx="2"/><rect x="688" y="220" width="180" height="11" rx="2"/><rect x="688" y="244" width="200" height="11" rx="2"/><rect x="688" y="290" width="196" height="11" rx="2"/><rect x="688" y="360" width="204" height="11" rx="2"/><rect x="688" y="384" width="170" height="11" rx="2"/></g></svg>`;

const ids = Object.keys(LOOKS);

/** Shows the drawing of a person or a screen in a video, as its poster. */
export function paint(video: HTMLVideoElement, of: { readonly identity: string; readonly source: string }): void {
  const look = LOOKS[of.identity] ?? LOOKS[ids[hash(of.identity) % ids.length] as string];
  const svg = of.source === 'screen' ? DOCUMENT : portrait(look as Look);
  // Of a poster no picture can be taken.
  if (of.source === 'screen' || video.closest('.look')) still(video, svg);
  else video.poster = `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function hash(text: string): number {
  let sum = 0;
  for (const char of text) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  return sum;
}

/** A stream that stands still, so that the video has the drawing's own proportions. */
function still(video: HTMLVideoElement, svg: string): void {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const draw = (): void => canvas.getContext('2d')?.drawImage(image, 0, 0);
    draw();
    video.srcObject = canvas.captureStream(5);
    setInterval(draw, 200);
  };
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
