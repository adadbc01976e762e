import { Component, type ReactNode } from 'react';
import { Failed } from './states.tsx';

interface BoundaryProps {
  readonly children: ReactNode;
}

/** A view that breaks says so in its own place; the rest of the page stays. */
export class Boundary extends Component<BoundaryProps, { readonly message?: string }> {
  override state: { readonly message?: string } = {};

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    return message === undefined ? this.props.children : <Failed message={message} retry={() => location.reload()} />;
  }
}
