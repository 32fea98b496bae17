import { bullMq5Driver } from '../../testing/queue-drivers';
import { describeScan } from '../job-scan.contract';

describeScan(bullMq5Driver, 11);
