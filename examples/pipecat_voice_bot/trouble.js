// What went wrong, and what to do about it, in words for whoever looks at the page.

const AGAIN = "then press “Start talking” again.";

const OF_MICROPHONE = {
  NotAllowedError: `The microphone is blocked for this page. Allow it in the browser's address bar, ${AGAIN}`,
  NotFoundError: `No microphone was found. Connect one, ${AGAIN}`,
  NotReadableError: `Another program uses the microphone. Close it, ${AGAIN}`,
  OverconstrainedError: `The chosen microphone is gone. Choose another one, ${AGAIN}`,
};

export class Trouble extends Error {}

export const noMicrophoneHere = () => new Trouble(
  "The browser gives a microphone only to pages from localhost or by https. " +
  "Open http://localhost:7860 on the machine of the bot, or put https in front of it.",
);

export const refused = (status) => new Trouble(
  `The bot answered ${status} instead of taking the call. Its terminal says why; ${AGAIN}`,
);

export const LOST = `The connection to the bot was lost. See whether it still runs, ${AGAIN}`;
export const SILENT = "The bot is connected and says nothing. Its terminal may say why; " +
  "hang up and start again, or type something.";

export function whatToDo(error) {
  if (error instanceof Trouble) return error.message;
  if (error.name in OF_MICROPHONE) return OF_MICROPHONE[error.name];
  if (error instanceof TypeError) {
    return `The bot does not answer. Start it: python examples/pipecat_voice_bot.py -t webrtc, ${AGAIN}`;
  }
  return `${error.message} Reload the page, ${AGAIN}`;
}
