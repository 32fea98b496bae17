import { inCluster } from '../../testing/ground';
import { bullDriver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';
import { describeSource } from '../source.contract';

describeSource(bullDriver, inCluster);
describeFigures(bullDriver, inCluster);
