import { oneServer } from '../../testing/ground';
import { bullDriver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';
import { describeNames } from '../names.contract';

describeFigures(bullDriver, oneServer(4));
describeNames(bullDriver, 4);
