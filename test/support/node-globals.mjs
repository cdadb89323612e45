/** Lets one test file run under node:test and under Mocha in a browser: both find `describe` and `it` as globals. */
import { config } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

Object.assign(globalThis, { describe, it, before, after, beforeEach, afterEach });
// What failed is read where it can't be asked again: an alarm's code matters, "[ { …(3) } ]" says nothing.
config.truncateThreshold = 2000;
