import { Component, type ReactNode } from 'react';
import styles from './markdown.module.css';

export interface AsWrittenProps {
  text: string;
  children: ReactNode;
}

/** Where a message cannot be drawn its source is shown, and all others stay. */
export class AsWritten extends Component<AsWrittenProps, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return <div className={styles.asWritten}>{this.props.text}</div>;
  }
}
