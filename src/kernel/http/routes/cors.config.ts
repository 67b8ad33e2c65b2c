import { type ConfigOf, configSection } from '../../config/config-section';
import { list } from '../../config/variables';
import { isOrigin } from '../../network/origin';

export const corsConfig = configSection(
  'Browser apps',
  {
    CORS_ORIGINS: list({
      default: [],
      description:
        'Comma-separated origins, such as https://app.example.com, whose pages may call the API with the token of any app. Prefer `allowed_origins` of an app, which applies only to the tokens of that app.',
    }),
  },
  ({ CORS_ORIGINS }, { reader }) => {
    for (const origin of CORS_ORIGINS) {
      if (!isOrigin(origin)) {
        reader.fault(
          `CORS_ORIGINS contains "${origin}", which is not an origin such as https://app.example.com (without a path; http only for loopback addresses).`,
        );
      }
    }
  },
);

export type CorsConfig = ConfigOf<typeof corsConfig>;
