import { oneServer } from '../../testing/ground';
import { bullMqDriver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';
import { describeNames } from '../names.contract';

describeFigures(bullMqDriver, oneServer(6));
describeNames(bullMqDriver, 6);
