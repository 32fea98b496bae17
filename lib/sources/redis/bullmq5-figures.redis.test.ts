import { bullMq5Driver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';
import { describeNames } from '../names.contract';

describeFigures(bullMq5Driver, 5);
describeNames(bullMq5Driver, 5);
