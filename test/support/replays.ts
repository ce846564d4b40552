import {afterEach, beforeEach, type MockInstance, vi} from 'vitest';
import {installFusedStep} from '../../src/fused/install.ts';
import {ReplayedStep} from '../../src/fused/replay/replayedStep.ts';

/** The replays of the current test, and what leaves all further steps to single ops. */
export interface Replays {
  readonly replay: MockInstance<ReplayedStep['replay']>;
  uninstall(): void;
}

/** Installs the replayed step for every test of the current `describe`, and watches its replays. */
export function watchReplays(): Replays {
  const watched = {} as {-readonly [Name in keyof Replays]: Replays[Name]};
  beforeEach(() => {
    watched.uninstall = installFusedStep();
    watched.replay = vi.spyOn(ReplayedStep.prototype, 'replay');
  });
  afterEach(() => {
    watched.uninstall();
    vi.restoreAllMocks();
  });
  return watched;
}
