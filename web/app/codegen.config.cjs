// Types and hooks of the REST API from its description. What answers with bytes or speaks another protocol is called by URL instead.
const byUrl = /^(liveVideo|liveData|livePictures|mjpeg|updates|getSnapshot|getEventFile|getEventReport|getRecording|getTrainingReport|uploadOptions|createUpload|uploadOffset|uploadChunk|cancelUpload)$/;

module.exports = {
  schemaFile: "../../src/server/openapi.json",
  apiFile: "./src/api/base.ts",
  apiImport: "baseApi",
  outputFile: "./src/api/generated.ts",
  exportName: "generatedApi",
  hooks: true,
  tag: true,
  encodePathParams: true,
  encodeQueryParams: false,
  filterEndpoints: name => !byUrl.test(name),
};
