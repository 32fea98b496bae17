import { bullDriver, bullMq5Driver, bullMqDriver } from '../../testing/queue-drivers';
import { describeControls } from '../controls.contract';

describeControls(bullDriver, 20);
describeControls(bullMq5Driver, 21);
describeControls(bullMqDriver, 22);
