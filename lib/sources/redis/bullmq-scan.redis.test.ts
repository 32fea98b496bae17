import { bullMqDriver } from '../../testing/queue-drivers';
import { describePages } from '../job-pages.contract';
import { describeScan } from '../job-scan.contract';

describeScan(bullMqDriver, 12);
describePages(bullMqDriver, 12);
