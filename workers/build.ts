import { buildIfNeeded } from './setup/build-if-needed';
import { endWith, step } from './setup/step';

// What `npm start` would do first, for a folder that it may not write.
try {
  await step('build', buildIfNeeded, (done) => done);
} catch (error) {
  endWith(error);
}
