import { bullMq5Driver } from '../../testing/queue-drivers';
import { describeParts } from '../parts.contract';

describeParts(bullMq5Driver, 44);
