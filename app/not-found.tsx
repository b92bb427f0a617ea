import { Message } from '@/components/shell/message.tsx';

export default function NotFound() {
  return (
    <Message
      title="There is no such page"
      text="It may have moved, or your role does not include it."
      link={{ href: '/', text: 'Go to labelling' }}
    />
  );
}
