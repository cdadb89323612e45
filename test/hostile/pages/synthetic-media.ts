/** A picture that never stands still, at `fps`. The number in it changes with each frame. */
export function movingPicture(width: number, height: number, fps: number, colour: string): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  let frame = 0;
  const draw = (): void => {
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    context.fillStyle = 'white';
    context.fillRect((frame * 7) % width, (frame * 5) % height, 40, 40);
    context.font = '32px sans-serif';
    context.fillText(String(frame++), 10, 40);
  };
  draw();
  setInterval(draw, 1000 / fps);
  return canvas.captureStream(fps).getVideoTracks()[0]!;
}

/** A tone, so that the audio encoder has something to do. */
export function tone(hertz: number): MediaStreamTrack {
  const context = new AudioContext();
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  const destination = new MediaStreamAudioDestinationNode(context);
  oscillator.connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0]!;
}
