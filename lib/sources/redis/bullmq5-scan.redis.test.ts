import { bullMq5Driver } from '../../testing/queue-drivers';
import { describePages } from '../job-pages.contract';
import { describeScan } from '../job-scan.contract';

describeScan(bullMq5Driver, 11);
describePages(bullMq5Driver, 11);
