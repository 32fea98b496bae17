import { bullDriver } from '../../testing/queue-drivers';
import { describeEdits } from '../edits.contract';

describeEdits(bullDriver, 40);
