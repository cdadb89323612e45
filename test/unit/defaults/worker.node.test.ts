import { expect } from 'chai';
import { blurParts, createMediaWorker } from '../../../src/defaults/worker.js';

type World = { Worker?: unknown; document?: unknown };

describe('where the media worker comes from', () => {
  const world = globalThis as unknown as World;
  const asked: string[] = [];
  before(() => {
    world.Worker = function (address: string) {
      asked.push(address);
    };
    world.document = { baseURI: 'https://site.example/meet/' };
  });
  after(() => {
    delete world.Worker;
    delete world.document;
  });
  const from = (options: Parameters<typeof createMediaWorker>[0]): string | undefined => {
    createMediaWorker(options);
    return asked.at(-1);
  };

  it('the folder that the page names, with or without a slash at its end', () => {
    for (const assetBase of ['https://cdn.example/sm', 'https://cdn.example/sm/'])
      expect(from({ assetBase })).to.equal('https://cdn.example/sm/secure-meeting.worker.js');
    expect(from({ assetBase: '../sm/' })).to.equal('https://site.example/sm/secure-meeting.worker.js');
  });

  it('the file that the page names, whatever the folder', () => {
    expect(from({ workerSrc: '/w.js', assetBase: '/sm/' })).to.equal('https://site.example/w.js');
  });

  it('an address that is none is worker-not-found', () => {
    expect(() => createMediaWorker({ workerSrc: 'https://' }))
      .to.throw()
      .with.property('code', 'worker-not-found');
  });

  it('the files of blur come from blur/ in the folder that the page names, else from beside our script', () => {
    const parts = blurParts({ assetBase: '/sm/' });
    parts.createWorker();
    expect(asked.at(-1)).to.equal('https://site.example/sm/blur/worker.js');
    for (const address of [parts.runtime, parts.model])
      expect(address).to.match(/^https:..site\.example\/sm\/blur\/\w/);
    blurParts({}).createWorker();
    expect(asked.at(-1)).to.match(/\/worker\.ts$/);
  });
});
