/** Lets one test file run under node:test and under Mocha in a browser: both find `describe` and `it` as globals. */
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

Object.assign(globalThis, { describe, it, before, after, beforeEach, afterEach });
