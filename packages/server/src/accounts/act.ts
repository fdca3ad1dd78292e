import type { UserNumber } from '@sotto/model';

/** Who did it; 0 is the server's operator. */
export interface Act {
  by: UserNumber;
  nowMs: number;
}
