import { bullMq5Driver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';

describeFigures(bullMq5Driver, 5);
