import { expect } from 'chai';
import {
  MEETING_CAUSES,
  MEETING_TABLE,
  PARTICIPANT_CAUSES,
  PARTICIPANT_TABLE,
  next,
  type MeetingCause,
  type ParticipantCause,
} from '../../../src/session/encryption-table.js';
import { Judge } from '../../../src/session/judge.js';
import {
  MEETING_STATES,
  PARTICIPANT_STATES,
  type MeetingEncryption,
  type ParticipantEncryption,
} from '../../../src/session/types.js';
import { FakeClock } from './fake-clock.js';

/** A meeting with one other person, whose evidence the test gives piece by piece. */
class Scene {
  readonly clock = new FakeClock();
  readonly judge = new Judge(this.clock, () => undefined);
  #join = 0;

  sender(identity = 'bob'): { identity: string; binding: Uint8Array } {
    return { identity, binding: Uint8Array.of(this.#join, identity.length) };
  }
  enter(clear = false): this {
    this.judge.stand('joining', clear);
    this.judge.stand('in', clear);
    return this;
  }
  meet(identity = 'bob'): this {
    this.judge.present(identity);
    return this;
  }
  vouch(...identities: string[]): this {
    this.judge.roster((identities.length ? identities : ['bob']).map((identity) => this.sender(identity)));
    return this;
  }
  rejoined(): this {
    this.#join++;
    return this.vouch();
  }
  proof(identity = 'bob'): this {
    this.judge.proof(this.sender(identity), 'camera');
    return this;
  }
  /** Frames without proof, for `ms`. */
  noise(ms: number, identity = 'bob'): this {
    for (let at = 0; at <= ms; at += 250) {
      this.judge.unproved(identity, 'camera');
      this.clock.advance(250);
    }
    return this;
  }
  /** What happened before is over: a refusal marks nobody any more. */
  later(): this {
    this.clock.advance(10_001);
    return this;
  }
  get bob(): ParticipantEncryption | undefined {
    return this.judge.verdict('bob')?.state;
  }
  get meeting(): MeetingEncryption {
    return this.judge.state;
  }
}

const participantIn: Record<ParticipantEncryption, () => Scene> = {
  off: () => new Scene().enter(true).meet(),
  waiting: () => new Scene().enter().meet(),
  encrypted: () => new Scene().enter().meet().vouch().proof(),
  verified: () => {
    const scene = new Scene().enter().meet().vouch().proof();
    scene.judge.verify(true);
    return scene;
  },
  stale: () => new Scene().enter().meet().vouch().proof().noise(6500),
  refused: () => {
    const scene = new Scene().enter().meet().vouch().proof();
    scene.judge.violation('bob', false);
    return scene;
  },
  stranger: () => {
    const scene = new Scene().enter().meet();
    scene.clock.advance(5001);
    return scene;
  },
};

const happensTo: Record<ParticipantCause, (scene: Scene) => void> = {
  'meeting-in-clear': (scene) => scene.judge.present('bob'),
  'no-proof': (scene) => scene.later().rejoined(),
  proof: (scene) => {
    scene.judge.verify(false);
    scene.later().vouch().proof();
  },
  'proof-and-code': (scene) => {
    scene.judge.verify(true);
    scene.later().vouch().proof();
  },
  'frames-unproved': (scene) => scene.later().vouch().noise(3500),
  violation: (scene) => scene.judge.violation('bob', false),
  'not-in-roster': (scene) => {
    scene.later().vouch();
    scene.judge.roster([]);
  },
};

describe('states of a participant', () => {
  for (const { from, cause, to } of PARTICIPANT_TABLE)
    for (const state of from)
      // A meeting in clear begins in clear: nobody waits in it.
      if (!(cause === 'meeting-in-clear' && state === 'waiting'))
        it(`${state} → ${to}: ${cause}`, () => {
          const scene = participantIn[state]();
          expect(scene.bob, 'before').to.equal(state);
          happensTo[cause](scene);
          expect(scene.bob, 'after').to.equal(to);
        });

  it('has a row for every cause a sealed meeting knows, from every state it knows', () => {
    for (const cause of PARTICIPANT_CAUSES)
      for (const state of PARTICIPANT_STATES) {
        const listed = PARTICIPANT_TABLE.filter((row) => row.cause === cause && row.from.includes(state));
        expect(listed.length, `${state} ${cause}`).to.be.at.most(1);
        if (state !== 'off' && cause !== 'meeting-in-clear') expect(listed, `${state} ${cause}`).to.have.length(1);
        if (listed.length === 0) expect(next(PARTICIPANT_TABLE, state, cause)).to.equal(state);
      }
  });

  it('changes nothing while the evidence stays as it is', () => {
    const encrypted = participantIn.encrypted();
    for (let second = 0; second < 60; second++) {
      encrypted.clock.advance(1000);
      encrypted.proof();
      expect(encrypted.bob).to.equal('encrypted');
    }
    const waiting = new Scene().enter().meet().vouch();
    waiting.clock.advance(60_000);
    expect(waiting.bob).to.equal('waiting');
  });

  it('is encrypted by nothing but proof', () => {
    const scene = new Scene().enter().meet().vouch().meet('carol').vouch('bob', 'carol');
    scene.judge.keyed('bob', 7);
    scene.judge.connection(false);
    scene.judge.connection(true);
    scene.judge.streamGone('bob', 'camera');
    scene.judge.verify(true);
    scene.noise(1000).later();
    scene.judge.knocks([]);
    for (const identity of ['bob', 'carol'])
      expect(scene.judge.verdict(identity)?.state).to.not.be.oneOf(['encrypted', 'verified']);
    expect(scene.meeting).to.not.be.oneOf(['encrypted', 'verified']);
  });

  it('takes no proof under another binding, and none from before a rejoin', () => {
    const scene = new Scene().enter().meet().vouch();
    scene.judge.proof({ identity: 'bob', binding: Uint8Array.of(9, 9) }, 'camera');
    expect(scene.bob).to.equal('waiting');
    scene.proof();
    expect(scene.bob).to.equal('encrypted');
    scene.rejoined();
    expect(scene.bob).to.equal('waiting');
    expect(scene.judge.shows('bob', 'camera')).to.equal(false);
  });

  it('is stale when one of two streams is not proved, although the other is', () => {
    const scene = new Scene().enter().meet().vouch();
    for (let at = 0; at < 3500; at += 250) {
      scene.judge.proof(scene.sender(), 'microphone');
      scene.judge.unproved('bob', 'camera');
      scene.clock.advance(250);
    }
    expect(scene.bob).to.equal('stale');
    expect(scene.judge.shows('bob', 'microphone')).to.equal(true);
    expect(scene.judge.shows('bob', 'camera')).to.equal(false);
  });

  it('counts a sealed message of this epoch when no stream plays, one of the epoch before for three seconds', () => {
    const scene = new Scene().enter().meet().vouch();
    scene.judge.keyed('bob', 5);
    scene.judge.message(scene.sender(), 5);
    expect(scene.bob).to.equal('encrypted');
    scene.clock.advance(60_000);
    expect(scene.bob).to.equal('encrypted');
    scene.judge.keyed('bob', 6);
    scene.clock.advance(2900);
    expect(scene.bob).to.equal('encrypted');
    scene.clock.advance(200);
    expect(scene.bob).to.equal('waiting');
    scene.judge.message(scene.sender(), 6);
    expect(scene.bob).to.equal('encrypted');
  });

  it('is not proved by an old message when a stream that played since falls silent, unless it is muted or unseen', () => {
    const scene = new Scene().enter().meet().vouch();
    scene.judge.keyed('bob', 5);
    scene.judge.message(scene.sender(), 5);
    scene.clock.advance(4000);
    scene.judge.proof(scene.sender(), 'camera');
    scene.clock.advance(2900);
    expect(scene.bob).to.equal('encrypted');
    scene.clock.advance(200);
    expect(scene.bob, 'the network went, and nobody has noticed').to.equal('waiting');
    for (const why of ['muted', 'unseen'] as const) {
      scene.judge.rests('bob', 'camera', why, true);
      expect(scene.bob, why).to.equal('encrypted');
      scene.judge.rests('bob', 'camera', why, false);
      scene.clock.advance(2900);
      expect(scene.bob, 'its frames may still come').to.equal('encrypted');
      scene.clock.advance(200);
      expect(scene.bob).to.equal('waiting');
    }
    scene.judge.message(scene.sender(), 5);
    expect(scene.bob, 'a word from now').to.equal('encrypted');
    scene.judge.streamGone('bob', 'camera');
    scene.judge.rests('bob', 'camera', 'muted', true);
    scene.clock.advance(60_000);
    expect(scene.bob, 'the camera was taken away').to.equal('encrypted');
    scene.judge.rests('bob', 'camera', 'muted', false);
    scene.judge.proof(scene.sender(), 'camera');
    scene.clock.advance(15_000);
    expect(scene.bob).to.equal('waiting');
    scene.judge.streamGone('bob', 'camera');
    expect(scene.bob, 'the engine noticed late that the network is gone').to.equal('waiting');
  });

  it('is not proved for long by the word that came last before the network went', () => {
    const scene = new Scene().enter().meet().vouch();
    scene.judge.keyed('bob', 5);
    scene.judge.proof(scene.sender(), 'camera');
    scene.clock.advance(100);
    scene.judge.message(scene.sender(), 5);
    scene.clock.advance(2900);
    expect(scene.bob).to.equal('encrypted');
    scene.clock.advance(200);
    expect(scene.bob, 'neither frames nor words for three seconds').to.equal('waiting');
    scene.judge.message(scene.sender(), 5);
    scene.clock.advance(60_000);
    expect(scene.bob, 'a word said in the silence').to.equal('encrypted');
  });

  it('is not proved for long by a word where a stream is sent and never comes, unless there is a reason', () => {
    const scene = new Scene().enter().meet().vouch();
    scene.judge.rests('bob', 'camera', 'muted', false);
    scene.clock.advance(100);
    scene.judge.message(scene.sender(), 5);
    scene.clock.advance(2900);
    expect(scene.bob).to.equal('encrypted');
    scene.clock.advance(200);
    expect(scene.bob, 'the network went before anything came').to.equal('waiting');
    scene.judge.rests('bob', 'camera', 'unseen', true);
    expect(scene.bob, 'we asked for nothing').to.equal('encrypted');
    scene.judge.rests('bob', 'camera', 'unseen', false);
    scene.clock.advance(3100);
    expect(scene.bob).to.equal('waiting');
    scene.judge.message(scene.sender(), 5);
    scene.clock.advance(60_000);
    expect(scene.bob, 'a word said in the silence').to.equal('encrypted');
  });

  it('is no longer proved by old messages when our own connection is gone for three seconds', () => {
    const scene = new Scene().enter().meet().vouch();
    scene.judge.message(scene.sender(), 1);
    scene.judge.connection(false);
    scene.clock.advance(2900);
    expect(scene.meeting).to.equal('encrypted');
    scene.clock.advance(200);
    expect(scene.meeting).to.equal('waiting');
    scene.judge.connection(true);
    expect(scene.meeting, 'what was said before the outage').to.equal('waiting');
    scene.judge.message(scene.sender(), 1);
    expect(scene.meeting).to.equal('encrypted');
  });

  it('shows a stream while it is proved, and blanks it after three seconds of frames without proof', () => {
    const scene = new Scene().enter().meet().vouch();
    expect(scene.judge.shows('bob', 'camera')).to.equal(false);
    scene.proof();
    expect(scene.judge.shows('bob', 'camera')).to.equal(true);
    scene.clock.advance(10_000);
    expect(scene.judge.shows('bob', 'camera'), 'frozen: no frames at all').to.equal(true);
    scene.proof();
    scene.noise(2500);
    expect(scene.judge.shows('bob', 'camera')).to.equal(true);
    scene.noise(1000);
    expect(scene.judge.shows('bob', 'camera')).to.equal(false);
    scene.proof();
    expect(scene.judge.shows('bob', 'camera')).to.equal(true);
    scene.judge.roster([]);
    expect(scene.judge.shows('bob', 'camera'), 'no longer vouched for').to.equal(false);
  });

  it('goes for the SFU and comes back in the same join: vouched for still, proved only by new evidence', () => {
    const scene = participantIn.encrypted();
    scene.judge.message(scene.sender(), 1);
    scene.judge.absent('bob');
    expect(scene.meeting).to.equal('waiting');
    scene.meet();
    expect(scene.bob).to.equal('waiting');
    expect(scene.judge.shows('bob', 'camera')).to.equal(false);
    scene.proof();
    expect(scene.meeting).to.equal('encrypted');
  });

  it('is refused for ten seconds and no longer', () => {
    const scene = participantIn.refused();
    for (let at = 0; at < 9500; at += 500) {
      scene.clock.advance(500);
      scene.proof();
    }
    expect(scene.bob).to.equal('refused');
    scene.clock.advance(600);
    expect(scene.bob).to.equal('encrypted');
  });
});

const meetingIn: Record<MeetingEncryption, () => Scene> = {
  idle: () => new Scene(),
  off: () => new Scene().enter(true),
  connecting: () => {
    const scene = new Scene();
    scene.judge.stand('joining', false);
    return scene;
  },
  waiting: () => new Scene().enter(),
  encrypted: participantIn.encrypted,
  verified: participantIn.verified,
  degraded: () => {
    const scene = new Scene().enter().meet().vouch();
    scene.clock.advance(5001);
    return scene;
  },
  violated: participantIn.refused,
};

const happens: Record<MeetingCause, (scene: Scene) => void> = {
  'not-in-a-meeting': (scene) => scene.judge.stand('out', false),
  joining: (scene) => scene.judge.stand('joining', false),
  'joined-in-clear': (scene) => scene.judge.stand('in', true),
  'nobody-proved': (scene) => {
    scene.judge.stand('in', false);
    scene.judge.absent('bob');
    scene.later();
  },
  'everyone-proved': (scene) => {
    scene.judge.stand('in', false);
    scene.judge.verify(false);
    scene.later().meet().vouch().proof();
  },
  'everyone-proved-and-code': (scene) => {
    scene.judge.stand('in', false);
    scene.judge.verify(true);
    scene.later().meet().vouch().proof();
  },
  'somebody-new': (scene) => {
    // As if nothing but the newcomer's arrival had happened: bob is proved in the same instant as she comes.
    scene.judge.stand('in', false);
    const state = scene.meeting;
    if (state === 'encrypted' || state === 'verified') scene.meet('carol').vouch('bob', 'carol').proof();
    else scene.later().meet('carol').vouch('carol').rejoined().meet().vouch('bob', 'carol').proof();
  },
  'member-unproved': (scene) => {
    scene.judge.stand('in', false);
    scene.later().meet().rejoined();
    scene.clock.advance(5001);
  },
  'somebody-refused': (scene) => {
    scene.judge.stand('in', false);
    scene.meet().vouch();
    scene.judge.violation('bob', false);
  },
  'meeting-compromised': (scene) => {
    scene.judge.stand('in', false);
    scene.judge.violation(undefined, true);
  },
};

describe('states of the meeting', () => {
  for (const { from, cause, to } of MEETING_TABLE)
    for (const state of from) {
      // A violated meeting is violated by somebody who is refused: with that over, the newcomer's row is reached later.
      it(`${state} → ${to}: ${cause}`, () => {
        const scene = meetingIn[state]();
        expect(scene.meeting, 'before').to.equal(state);
        happens[cause](scene);
        expect(scene.meeting, 'after').to.equal(to);
      });
    }

  it('lists no cause twice from one state, and nothing happens by a cause that is not listed', () => {
    for (const cause of MEETING_CAUSES)
      for (const state of MEETING_STATES) {
        const listed = MEETING_TABLE.filter((row) => row.cause === cause && row.from.includes(state));
        expect(listed.length, `${state} ${cause}`).to.be.at.most(1);
        if (listed.length === 0) expect(next(MEETING_TABLE, state, cause)).to.equal(state);
      }
  });

  it('stays encrypted for five seconds when somebody comes, then says who is not proved', () => {
    const scene = participantIn.encrypted().meet('carol').vouch('bob', 'carol');
    for (let at = 0; at < 4500; at += 500) {
      scene.clock.advance(500);
      scene.proof();
      expect(scene.meeting).to.equal('encrypted');
    }
    scene.clock.advance(600);
    scene.proof();
    expect(scene.meeting).to.equal('degraded');
    scene.proof('carol');
    expect(scene.meeting).to.equal('encrypted');
  });

  it('does not become encrypted while a newcomer is not proved', () => {
    const scene = new Scene().enter().meet().meet('carol').vouch('bob', 'carol').proof();
    expect(scene.meeting).to.equal('waiting');
  });

  it('is not changed by a stranger', () => {
    const scene = participantIn.encrypted().meet('mallory');
    for (let at = 0; at < 12_000; at += 1000) {
      scene.clock.advance(1000);
      scene.proof();
      expect(scene.meeting).to.equal('encrypted');
    }
    expect(scene.judge.verdict('mallory')?.state).to.equal('stranger');
  });

  it('stays violated after equivocation until the meeting is left', () => {
    const scene = participantIn.encrypted();
    scene.judge.violation(undefined, true);
    scene.clock.advance(60_000);
    scene.proof();
    expect(scene.meeting).to.equal('violated');
    scene.judge.stand('out', false);
    expect(scene.enter().meeting).to.equal('waiting');
  });
});
