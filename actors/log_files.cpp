#include "actors/log_files.hpp"

#include <string_view>

namespace drey {

namespace {

// At most 250 MB of files: they count as the pod's local storage.
constexpr std::string_view log4j =
    R"(# The default of drey; spec.logConfiguration replaces it.
monitorInterval = 30
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = ConsoleAppender
rootLogger.appenderRef.rolling.ref = RollingFileAppender

# What the libraries say stays at INFO, whatever the root says.
logger.akka.name = akka
logger.akka.level = INFO
logger.pekko.name = org.apache.pekko
logger.pekko.level = INFO
logger.kafka.name = org.apache.kafka
logger.kafka.level = INFO
logger.hadoop.name = org.apache.hadoop
logger.hadoop.level = INFO
logger.zookeeper.name = org.apache.zookeeper
logger.zookeeper.level = INFO

appender.console.name = ConsoleAppender
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n

appender.rolling.name = RollingFileAppender
appender.rolling.type = RollingFile
appender.rolling.append = true
appender.rolling.fileName = ${sys:log.file}
appender.rolling.filePattern = ${sys:log.file}.%i
appender.rolling.layout.type = PatternLayout
appender.rolling.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n
appender.rolling.policies.type = Policies
appender.rolling.policies.size.type = SizeBasedTriggeringPolicy
appender.rolling.policies.size.size = 50MB
appender.rolling.strategy.type = DefaultRolloverStrategy
appender.rolling.strategy.max = 4
)";

constexpr std::string_view logback =
    R"(<!-- The default of drey; spec.logConfiguration replaces it. -->
<configuration scan="true" scanPeriod="30 seconds">
  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
    <encoder>
      <pattern>%d{yyyy-MM-dd HH:mm:ss,SSS} %-5level %-60.60logger{60} %X - %msg%n</pattern>
    </encoder>
  </appender>
  <appender name="rolling" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>${log.file}</file>
    <encoder>
      <pattern>%d{yyyy-MM-dd HH:mm:ss,SSS} %-5level %-60.60logger{60} %X - %msg%n</pattern>
    </encoder>
    <rollingPolicy class="ch.qos.logback.core.rolling.FixedWindowRollingPolicy">
      <fileNamePattern>${log.file}.%i</fileNamePattern>
      <minIndex>1</minIndex>
      <maxIndex>4</maxIndex>
    </rollingPolicy>
    <triggeringPolicy class="ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy">
      <maxFileSize>50MB</maxFileSize>
    </triggeringPolicy>
  </appender>
  <!-- What the libraries say stays at INFO, whatever the root says. -->
  <logger name="akka" level="INFO"/>
  <logger name="org.apache.pekko" level="INFO"/>
  <logger name="org.apache.kafka" level="INFO"/>
  <logger name="org.apache.hadoop" level="INFO"/>
  <logger name="org.apache.zookeeper" level="INFO"/>
  <root level="INFO">
    <appender-ref ref="console"/>
    <appender-ref ref="rolling"/>
  </root>
</configuration>
)";

}  // namespace

string_map log_files_of(const string_map& given) {
  auto files = given;
  files.emplace("log4j-console.properties", log4j);
  files.emplace("logback-console.xml", logback);
  return files;
}

}  // namespace drey
