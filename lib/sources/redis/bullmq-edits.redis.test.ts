import { bullMqDriver } from '../../testing/queue-drivers';
import { describeEdits } from '../edits.contract';

describeEdits(bullMqDriver, 42);
