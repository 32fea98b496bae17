import { oneServer } from '../../testing/ground';
import { bullMq5Driver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';
import { describeNames } from '../names.contract';

describeFigures(bullMq5Driver, oneServer(5));
describeNames(bullMq5Driver, 5);
