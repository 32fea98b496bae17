import { bullMq5Driver } from '../../testing/queue-drivers';
import { describeEdits } from '../edits.contract';

describeEdits(bullMq5Driver, 41);
